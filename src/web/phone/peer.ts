// The WebRTC of one call: silence up with keys in it, so that no microphone is asked for; the hotline's sound down.

import type { Key } from '../../hotline/line.ts'

export interface Peer {
  readonly offer: string
  accept(answer: string): Promise<void>
  /** Sends a key after those before it, as an event in the sound (RFC 4733). */
  press(key: Key): void
  setVolume(volume: number): void
  /** Lets the sound out; a browser may want a click for it. */
  openSound(): Promise<void>
  close(): void
}

export interface PeerEvents {
  onFailed(): void
  onSoundBlocked(): void
}

const keyMs = 70
const gapMs = 50
/** Addresses are gathered for so long at most: the hotline does not need the browser's. */
const gatherMs = 1_000

export async function openPeer(context: AudioContext, events: PeerEvents): Promise<Peer> {
  const connection = new RTCPeerConnection()
  const silence = silentTrack(context)
  const sender = connection.addTrack(silence)
  const sound = new Audio()
  const openSound = async () => {
    try {
      await sound.play()
    } catch (error) {
      // Stopped by the end of the call, or not allowed before a click.
      if (error instanceof DOMException && error.name === 'NotAllowedError') events.onSoundBlocked()
    }
  }
  connection.ontrack = ({ track }) => {
    sound.srcObject = new MediaStream([track])
    void openSound()
  }
  connection.onconnectionstatechange = () => {
    if (connection.connectionState === 'failed') events.onFailed()
  }
  await connection.setLocalDescription(await connection.createOffer())
  await gathered(connection)
  return {
    offer: connection.localDescription?.sdp ?? '',
    accept: sdp => connection.setRemoteDescription({ type: 'answer', sdp }),
    press(key) {
      const { dtmf } = sender
      if (dtmf?.canInsertDTMF) dtmf.insertDTMF(`${dtmf.toneBuffer}${key}`, keyMs, gapMs)
    },
    setVolume(volume) {
      sound.volume = volume
    },
    openSound,
    close() {
      connection.close()
      silence.stop()
      sound.srcObject = null
    },
  }
}

/** A source that sounds of nothing: without one some browsers send no packets, and keys travel among packets. */
function silentTrack(context: AudioContext): MediaStreamTrack {
  const out = context.createMediaStreamDestination()
  const source = context.createConstantSource()
  const mute = context.createGain()
  mute.gain.value = 0
  source.connect(mute).connect(out)
  source.start()
  const [track] = out.stream.getAudioTracks()
  if (!track) throw new Error('a sound destination has a track')
  return track
}

function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise(resolve => {
    const look = () => connection.iceGatheringState === 'complete' && resolve()
    connection.onicegatheringstatechange = look
    setTimeout(resolve, gatherMs)
    look()
  })
}
