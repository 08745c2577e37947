// Account and password; a wrong one or a lock-out is said at the form, and nothing typed is lost.

import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { useEffect, useRef } from 'react'
import { api } from '../api.ts'
import { useReachable } from '../connection.ts'
import { useWords } from '../language.ts'
import { PasswordInput } from '../parts/password-input.tsx'
import { sentence } from '../parts/problem.tsx'
import { meQuery, queryClient } from '../queries.ts'

interface Typed {
  name: string
  password: string
  code?: string
}

export function SignInForm({ chosen }: { chosen: Typed | undefined }) {
  const t = useWords()
  const reachable = useReachable()
  const [form] = Form.useForm<Typed>()
  const submit = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    document.title = `${t('page.login')} · ${t('product.name')}`
  }, [t])
  useEffect(() => {
    if (!chosen) return
    form.setFieldsValue(chosen)
    submit.current?.focus()
  }, [chosen, form])
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: ({ name, password, code }: Typed) =>
      api.auth.login({ name: name.trim(), password, ...(code ? { code } : {}) }),
    onSuccess: ({ outcome }) => (outcome === 'signedIn' ? queryClient.fetchQuery({ ...meQuery, staleTime: 0 }) : null),
  })
  const said = error
    ? sentence(t, error)
    : data?.outcome === 'locked'
      ? t('login.locked', { minutes: data.minutesLeft ?? 1 })
      : data?.outcome === 'wrong'
        ? t('login.wrong')
        : data?.outcome === 'totp'
          ? t('login.needCode')
          : data?.outcome === 'wrongCode'
            ? t('login.wrongCode')
            : null
  const needsCode = data?.outcome === 'totp' || data?.outcome === 'wrongCode'
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={mutate} scrollToFirstError={{ focus: true }}>
      <div role="alert">{said !== null && !isPending && <Alert type="error" showIcon title={said} role="none" />}</div>
      <Form.Item
        name="name"
        label={t('login.name')}
        rules={[{ required: true, whitespace: true, message: t('login.needName') }]}
      >
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={60} autoFocus />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('login.password')}
        rules={[{ required: true, message: t('login.needPassword') }]}
      >
        <PasswordInput autoComplete="current-password" maxLength={200} />
      </Form.Item>
      {needsCode && (
        <Form.Item name="code" label={t('login.code')} rules={[{ pattern: /^\d{6}$/, message: t('login.needCode') }]}>
          <Input autoComplete="one-time-code" inputMode="numeric" maxLength={6} autoFocus />
        </Form.Item>
      )}
      <Button ref={submit} type="primary" htmlType="submit" block loading={isPending} disabled={!reachable}>
        {t('login.submit')}
      </Button>
    </Form>
  )
}
