// The form of an empty installation: its first administrator.

import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { api, newKey } from '../api.ts'
import { useReachable } from '../connection.ts'
import { useWords } from '../language.ts'
import { PasswordInput } from '../parts/password-input.tsx'
import { sentence } from '../parts/problem.tsx'

interface Typed {
  name: string
  signInName: string
  staffNo: string
  password: string
  again: string
}

export function FirstAdministrator({ onCreated }: { onCreated: () => void }) {
  const t = useWords()
  const reachable = useReachable()
  const [key] = useState(newKey)
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ again: _again, ...input }: Typed) => api.auth.firstAdministrator(input, { key }),
    onSuccess: onCreated,
  })
  const text = (message: string, least: number) => [{ required: true, whitespace: true, min: least, message }]
  return (
    <Form layout="vertical" requiredMark={false} onFinish={mutate} scrollToFirstError={{ focus: true }}>
      <h2>{t('first.title')}</h2>
      <p className="secondary">{t('first.text')}</p>
      <div role="alert">
        {error && !isPending && <Alert type="error" showIcon title={sentence(t, error)} role="none" />}
      </div>
      <Form.Item name="name" label={t('first.name')} rules={text(t('first.needName'), 2)}>
        <Input autoComplete="name" maxLength={60} autoFocus />
      </Form.Item>
      <Form.Item name="staffNo" label={t('first.staffNo')} rules={text(t('first.needStaffNo'), 1)}>
        <Input maxLength={20} />
      </Form.Item>
      <Form.Item name="signInName" label={t('first.signInName')} rules={text(t('first.needSignInName'), 2)}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={60} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('first.password')}
        rules={[{ required: true, min: 10, message: t('first.needPassword') }]}
      >
        <PasswordInput autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('first.again')}
        dependencies={['password']}
        rules={[
          ({ getFieldValue }) => ({
            validator: async (_rule, value) => {
              if (value !== getFieldValue('password')) throw new Error(t('first.needSame'))
            },
          }),
        ]}
      >
        <PasswordInput autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={isPending} disabled={!reachable}>
        {t('first.submit')}
      </Button>
    </Form>
  )
}
