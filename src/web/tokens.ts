// Every colour of the pages, light and dark; the theme of the components and the style sheet both come from here.

import type { CardState } from '../domain/card.ts'

export interface StateColours {
  /** Bars and other surfaces. */
  fill: string
  text: string
  /** The quiet ground below `text`. */
  soft: string
}

export interface Palette {
  page: string
  surface: string
  text: string
  secondary: string
  border: string
  /** Grounds of solid buttons; white letters stand on it. */
  solid: string
  link: string
  focus: string
  /** The ground of what is chosen. */
  chosen: string
  success: string
  /** The ground of a message that says something went well. */
  successSoft: string
  warning: string
  error: string
  states: Readonly<Record<CardState, StateColours>>
}

export const light: Palette = {
  page: '#F5F6F7',
  surface: '#FFFFFF',
  text: '#1F1F1F',
  secondary: '#595959',
  border: '#D9D9D9',
  solid: '#006D75',
  link: '#006D75',
  focus: '#006D75',
  chosen: '#E3F2F2',
  success: '#237804',
  successSoft: '#EEF7E8',
  warning: '#935300',
  error: '#CF1322',
  states: {
    county: { fill: '#1D39C4', text: '#17309C', soft: '#EEF1FF' },
    station: { fill: '#1E93F5', text: '#0958B8', soft: '#E6F4FF' },
    seller: { fill: '#06402F', text: '#0A4A3C', soft: '#E6F7F1' },
    customer: { fill: '#B86E00', text: '#874D00', soft: '#FFF7E6' },
    used: { fill: '#666C75', text: '#434A54', soft: '#F2F4F6' },
    void: { fill: '#F158B8', text: '#9E1068', soft: '#FFF0F6' },
  },
}

export const dark: Palette = {
  page: '#141414',
  surface: '#1F1F1F',
  text: '#E6E6E6',
  secondary: '#ABABAB',
  border: '#424242',
  solid: '#0B8480',
  link: '#5CDBD3',
  focus: '#5CDBD3',
  chosen: '#14302F',
  success: '#7CCB5C',
  successSoft: '#1F2E1A',
  warning: '#F0B45A',
  error: '#FF8A85',
  states: {
    county: { fill: '#5B7CFF', text: '#A6B6FF', soft: '#252C47' },
    station: { fill: '#56C7FF', text: '#91D5FF', soft: '#1F3341' },
    seller: { fill: '#12936B', text: '#7FE0C0', soft: '#17332A' },
    customer: { fill: '#D99A1C', text: '#FFD27A', soft: '#3A2F18' },
    used: { fill: '#D2DBE4', text: '#D7DEE6', soft: '#30353A' },
    void: { fill: '#EE5FB2', text: '#FFA6D8', soft: '#3D2334' },
  },
}

/** Told without colour too: one mark for each state, in the order of a card's life. */
export const glyphs: Readonly<Record<CardState, string>> = {
  county: '■',
  station: '▲',
  seller: '●',
  customer: '◆',
  used: '✓',
  void: '✕',
}

/** The same as variables for the style sheet: `--surface`, `--state-county-fill`. */
export function cssVariables(palette: Palette): ReadonlyMap<string, string> {
  const { states, ...plain } = palette
  return new Map([
    ...Object.entries(plain).map(([name, colour]): [string, string] => [`--${name}`, colour]),
    ...Object.entries(states).flatMap(([state, colours]) =>
      Object.entries(colours).map(([part, colour]): [string, string] => [`--state-${state}-${part}`, colour]),
    ),
  ])
}
