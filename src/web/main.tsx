// Where the web pages begin in the browser.

import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { CrashGuard } from './parts/crash-guard.tsx'
import { queryClient } from './queries.ts'
import { Theme } from './theme.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has an element for the pages')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Theme>
        <CrashGuard>
          <App />
        </CrashGuard>
      </Theme>
    </QueryClientProvider>
  </StrictMode>,
)
