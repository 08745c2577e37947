// Twelve keys, pressed by touch, mouse or keyboard.

import { useEffect } from 'react'
import type { Key } from '../../hotline/line.ts'
import { useWords } from '../language.ts'
import { keypad } from './key-tones.ts'
import { isKey } from './phone-line.ts'

/** What keys besides digits are called to somebody who hears the page. */
const names: Readonly<Partial<Record<Key, 'phone.star' | 'phone.hash'>>> = { '*': 'phone.star', '#': 'phone.hash' }

export function Keypad({ press, disabled }: { press: (key: Key) => void; disabled: boolean }) {
  const t = useWords()
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      const isText = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox'
      if (event.ctrlKey || event.metaKey || event.altKey || isText || !isKey(event.key)) return
      event.preventDefault()
      press(event.key)
    }
    window.addEventListener('keydown', typed)
    return () => window.removeEventListener('keydown', typed)
  }, [press])
  return (
    <fieldset className="keypad" aria-label={t('phone.keypad')}>
      {keypad.map(key => {
        const name = names[key]
        return (
          <button
            key={key}
            type="button"
            disabled={disabled}
            aria-label={name ? t(name) : key}
            onClick={() => press(key)}
          >
            {key}
          </button>
        )
      })}
    </fieldset>
  )
}
