// A real browser for tests of the pages, and what is looked at in every page.

import { type Browser, chromium } from 'playwright-core'
import { find } from './programs.ts'

export function openBrowser(): Promise<Browser> {
  const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
  return chromium.launch({
    executablePath: find('chromium') ?? 'chromium',
    args: ['--no-sandbox', ...quiet, '--disable-background-networking', '--disable-component-update'],
  })
}

// What follows runs inside the browser.

export const sidewaysPx = () => document.documentElement.scrollWidth - document.documentElement.clientWidth

/** Buttons, links and boxes that say nothing to somebody who cannot see them. */
export function namelessControls(): string[] {
  const nameOf = (element: Element) =>
    element.getAttribute('aria-label') ??
    element.getAttribute('aria-labelledby') ??
    (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent)
  return [...document.querySelectorAll('button, a, input, [tabindex="0"]')]
    .filter(element => !nameOf(element)?.trim())
    .map(element => element.outerHTML.slice(0, 120))
}
