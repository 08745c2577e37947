// Starts the media thread of the browser phone: a thread registers the TypeScript loader itself.
import { register } from 'tsx/esm/api'

register()
await import('./peer-worker.ts')
