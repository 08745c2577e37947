// 中文 or English, each named in itself.

import { languages } from '../../locales/index.ts'
import { chooseLanguage, languageNames, useLanguage, useWords } from '../language.ts'

export function LanguageSwitch() {
  const t = useWords()
  const chosen = useLanguage()
  return (
    <fieldset className="language-switch" aria-label={t('nav.language')}>
      {languages.map(language => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={language === chosen}
          onClick={() => chooseLanguage(language)}
        >
          {languageNames[language]}
        </button>
      ))}
    </fieldset>
  )
}
