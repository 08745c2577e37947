// The colours stay readable and stay apart: contrast, and distance for people who see fewer colours.

import { describe, expect, test } from 'vitest'
import { dark, light, type Palette } from './tokens.ts'

type Rgb = readonly [number, number, number]

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** WCAG 2.2. */
function contrast(a: string, b: string): number {
  const light = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b
  const [x, y] = [light(linear(a)), light(linear(b))]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** Machado, Oliveira and Fernandes 2009, full severity, in linear light. */
const deficiencies: Record<string, readonly [Rgb, Rgb, Rgb]> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const dot = (a: Rgb, b: Rgb) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const clamp = (value: number) => Math.min(1, Math.max(0, value))

/** CIE L*a*b* of linear sRGB under D65. */
function lab(rgb: Rgb): Rgb {
  const f = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29)
  const x = f(dot([0.4124564, 0.3575761, 0.1804375], rgb) / 0.95047)
  const y = f(dot([0.2126729, 0.7151522, 0.072175], rgb))
  const z = f(dot([0.0193339, 0.119192, 0.9503041], rgb) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function distanceSeen(a: string, b: string, [r, g, bl]: readonly [Rgb, Rgb, Rgb]): number {
  const seen = (hex: string): Rgb => {
    const rgb = linear(hex)
    return lab([clamp(dot(r, rgb)), clamp(dot(g, rgb)), clamp(dot(bl, rgb))])
  }
  const [p, q] = [seen(a), seen(b)]
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
}

const themes: [string, Palette, number][] = [
  ['light', light, 3],
  ['dark', dark, 4],
]

describe.each(themes)('%s', (_name, palette, leastFill) => {
  test('text and status colours are readable on page, surface and what is chosen', () => {
    const letters = ['text', 'secondary', 'link', 'success', 'warning', 'error'] as const
    const grounds = ['page', 'surface', 'chosen'] as const
    const faint = letters.flatMap(letter =>
      grounds
        .filter(ground => contrast(palette[letter], palette[ground]) < 4.5)
        .map(ground => `${letter} on ${ground}: ${contrast(palette[letter], palette[ground]).toFixed(2)}`),
    )
    expect(faint).toEqual([])
    expect(contrast(palette.text, palette.successSoft)).toBeGreaterThanOrEqual(4.5)
    expect(contrast('#FFFFFF', palette.solid)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(palette.focus, palette.page)).toBeGreaterThanOrEqual(3)
    expect(contrast(palette.focus, palette.surface)).toBeGreaterThanOrEqual(3)
  })

  test('the six states are readable', () => {
    for (const { fill, text, soft } of Object.values(palette.states)) {
      expect(contrast(fill, palette.surface)).toBeGreaterThanOrEqual(leastFill)
      expect(contrast(text, soft)).toBeGreaterThanOrEqual(6)
      expect(contrast(text, palette.surface)).toBeGreaterThanOrEqual(6)
    }
  })

  test.each(Object.entries(deficiencies))('the six fills stay apart under %s', (_deficiency, matrix) => {
    const fills = Object.values(palette.states).map(state => state.fill)
    const pairs = fills.flatMap((a, i) => fills.slice(i + 1).map(b => distanceSeen(a, b, matrix)))
    expect(pairs).toHaveLength(15)
    expect(Math.min(...pairs)).toBeGreaterThanOrEqual(20)
  })
})
