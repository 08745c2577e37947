// The parts of espeak-ng, compiled to WebAssembly, that the renderer uses; the package brings no types.
declare module '@echogarden/espeak-ng-emscripten' {
  export interface EspeakWorker {
    /** 0 when the voice was found. */
    set_voice(name: string, language: string, gender: number, age: number, variant: number): number
    /** Words a minute. */
    set_rate(wordsPerMinute: number): void
    get_samplerate(): number
    synthesize(text: string, onSamples: (samples: Int16Array) => boolean | undefined): void
    convert_to_phonemes(text: string, ipa: boolean): { readonly ptr: number }
  }

  export interface EspeakModule {
    readonly HEAPU8: Uint8Array
    readonly eSpeakNGWorker: new () => EspeakWorker
  }

  export default function load(options?: {
    getPreloadedPackage?: (name: string, size: number) => ArrayBuffer
  }): Promise<EspeakModule>
}
