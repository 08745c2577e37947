// A password box whose contents can be shown, by keyboard as well.

import { Input, type InputProps } from 'antd'
import type { ButtonHTMLAttributes } from 'react'
import { useWords } from '../language.ts'
import { Icon } from './mark.tsx'

export function PasswordInput(props: InputProps) {
  return <Input.Password {...props} iconRender={visible => <Eye visible={visible} />} />
}

/** The box hands in what a press does. */
function Eye({ visible, className, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { visible: boolean }) {
  const t = useWords()
  return (
    <button
      {...rest}
      type="button"
      className={`${className ?? ''} plain`}
      aria-label={t(visible ? 'login.hidePassword' : 'login.showPassword')}
    >
      <Icon name={visible ? 'seen' : 'unseen'} />
    </button>
  )
}
