// Light or dark as the system is: the tokens go to the components' theme and to the style sheet.

import { ConfigProvider, type ThemeConfig, theme } from 'antd'
import enUS from 'antd/locale/en_US.js'
import zhCN from 'antd/locale/zh_CN.js'
import { type ReactNode, useLayoutEffect, useMemo, useSyncExternalStore } from 'react'
import { useLanguage } from './language.ts'
import { cssVariables, dark, light, type Palette } from './tokens.ts'

const wantsDark = window.matchMedia('(prefers-color-scheme: dark)')
const wantsStill = window.matchMedia('(prefers-reduced-motion: reduce)')

export const fontFamily =
  '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif'

export function Theme({ children }: { children: ReactNode }) {
  const isDark = useMatches(wantsDark)
  const isStill = useMatches(wantsStill)
  const language = useLanguage()
  const palette = isDark ? dark : light
  useLayoutEffect(() => {
    for (const [name, colour] of cssVariables(palette)) document.documentElement.style.setProperty(name, colour)
  }, [palette])
  const config = useMemo(() => themeOf(palette, isDark, isStill), [palette, isDark, isStill])
  return (
    <ConfigProvider
      theme={config}
      locale={language === 'zh-CN' ? zhCN.default : enUS.default}
      button={{ autoInsertSpace: false }}
      componentSize="middle"
    >
      {children}
    </ConfigProvider>
  )
}

function themeOf(palette: Palette, isDark: boolean, isStill: boolean): ThemeConfig {
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    components: {
      Input: { activeShadow: `0 0 0 1px ${palette.focus}` },
      Table: {
        cellFontSizeSM: 13,
        cellPaddingBlockSM: 5,
        cellPaddingInlineSM: 6,
        headerBg: palette.surface,
        headerColor: palette.secondary,
        headerSplitColor: 'transparent',
        borderColor: palette.border,
        rowHoverBg: palette.page,
      },
    },
    token: {
      colorPrimary: palette.solid,
      colorLink: palette.link,
      colorSuccess: palette.success,
      colorSuccessBg: palette.successSoft,
      colorWarning: palette.warning,
      colorError: palette.error,
      colorText: palette.text,
      colorTextSecondary: palette.secondary,
      colorTextDescription: palette.secondary,
      colorBorder: palette.border,
      colorBgLayout: palette.page,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.surface,
      colorPrimaryBorder: palette.focus,
      lineWidthFocus: 2,
      borderRadius: 4,
      fontSize: 14,
      lineHeight: 22 / 14,
      fontFamily,
      motion: !isStill,
      motionDurationFast: '0.12s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.12s',
    },
  }
}

export function useMatches(media: MediaQueryList): boolean {
  return useSyncExternalStore(
    listener => {
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => media.matches,
  )
}
