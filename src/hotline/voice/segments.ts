// Takes a prompt's template apart: fixed segments (one clip each), parameters, and the pauses its punctuation asks for.

export type Segment =
  /** `nth` counts the fixed segments of a prompt from 1; `open` when the sentence goes on with a parameter. */
  | { readonly type: 'fixed'; readonly nth: number; readonly text: string; readonly open: boolean }
  | { readonly type: 'parameter'; readonly name: string }
  | { readonly type: 'pause'; readonly pauseMs: number }

const COMMA_PAUSE_MS = 150
const SENTENCE_PAUSE_MS = 300

const EDGES = /^([\s，、,;；:：。.!！?？]*)(.*?)([\s，、,;；:：。.!！?？]*)$/s

/** `{name}` is a parameter; punctuation next to one becomes a pause, inside a segment the voice makes its own. */
export function segmentsOf(template: string): Segment[] {
  const parts = template.split(/\{(\w+)\}/)
  const segments: Segment[] = []
  let nth = 0
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) {
      segments.push({ type: 'parameter', name: part })
      continue
    }
    const [, before = '', text = '', after = ''] = EDGES.exec(part) ?? []
    const last = i === parts.length - 1
    if (i > 0 && !(last && text === '')) segments.push(...pauseFor(before))
    if (text === '') continue
    nth += 1
    segments.push({ type: 'fixed', nth, text: text + after.trim(), open: !last && after.trim() === '' })
    if (!last) segments.push(...pauseFor(after))
  }
  return segments
}

/** The clip of a fixed segment, without the language: the prompt alone where it has no parameters. */
export function segmentClip(promptId: string, template: string, nth: number): string {
  return template.includes('{') ? `${promptId}.${nth}` : promptId
}

function pauseFor(punctuation: string): Segment[] {
  const marks = punctuation.trim()
  if (marks === '') return []
  return [{ type: 'pause', pauseMs: /[。.!！?？:：]/.test(marks) ? SENTENCE_PAUSE_MS : COMMA_PAUSE_MS }]
}
