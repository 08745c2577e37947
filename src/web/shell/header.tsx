// The header: which product and county, who is signed in, language, sign out; on narrow screens behind one button.

import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { useLanguage, useWords } from '../language.ts'
import { LanguageSwitch } from '../parts/language-switch.tsx'
import { Icon, ProductMark } from '../parts/mark.tsx'
import { Link } from '../place.tsx'
import type { Me } from '../queries.ts'
import { Menu } from './menu.tsx'
import { SignOut } from './sign-out.tsx'

export function Header({ me, path }: { me: Me; path: string }) {
  const t = useWords()
  const language = useLanguage()
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <header className="top">
      <Button
        className="only-narrow"
        type="text"
        icon={<Icon name="menu" />}
        aria-label={t('nav.open')}
        aria-expanded={open}
        onClick={() => setOpen(true)}
      />
      <Link to="/" className="brand">
        <ProductMark />
        <span>{t('product.name')}</span>
      </Link>
      <span className="county">{language === 'en-US' && me.countyNameEn ? me.countyNameEn : me.countyName}</span>
      {me.demonstration && <span className="demo-ribbon">{t('demo.ribbon')}</span>}
      <div className="top-end only-wide">
        <Person me={me} />
        <LanguageSwitch />
        <SignOut />
      </div>
      <Drawer placement="left" size={280} open={open} onClose={close} title={t('product.name')}>
        <div className="drawer">
          <Person me={me} />
          <Menu me={me} path={path} onFollow={close} />
          <LanguageSwitch />
          <SignOut />
        </div>
      </Drawer>
    </header>
  )
}

function Person({ me }: { me: Me }) {
  const t = useWords()
  const where = [me.placeName, t.of('role', me.role)].filter(Boolean).join(' · ')
  return (
    <span className="person">
      <span className="person-name">{me.name}</span> <span className="person-role">{where}</span>
    </span>
  )
}
