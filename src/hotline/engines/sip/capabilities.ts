// What both ends of ours can do, as headers say it.
import type { Header } from './message.ts'

export const ALLOW: Header = { name: 'allow', value: 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY' }
export const ACCEPT_SDP: Header = { name: 'accept', value: 'application/sdp' }
