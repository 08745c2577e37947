// RTP packets: reading what arrives, and one sender per call that writes headers by hand into a reused buffer.
import { Buffer } from 'node:buffer'
import { randomInt } from 'node:crypto'

export const SAMPLES_PER_PACKET = 160
export const PACKET_MS = 20
const HEADER_BYTES = 12
/** A packet longer than 200 ms of G.711 is nobody's telephone. */
const MAX_PACKET_BYTES = 1_700

export interface RtpPacket {
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly source: number
  /** A view into the datagram. */
  readonly payload: Uint8Array
}

/** Null when it is no RTP; padding, extensions and contributing sources are cut off. */
export function parseRtp(datagram: Buffer): RtpPacket | null {
  if (datagram.length < HEADER_BYTES || datagram.length > MAX_PACKET_BYTES) return null
  const first = datagram.readUInt8(0)
  if (first >> 6 !== 2) return null
  let start = HEADER_BYTES + 4 * (first & 0x0f)
  if ((first & 0x10) !== 0) {
    if (datagram.length < start + 4) return null
    start += 4 + 4 * datagram.readUInt16BE(start + 2)
  }
  const padding = (first & 0x20) === 0 ? 0 : datagram.readUInt8(datagram.length - 1)
  const end = datagram.length - padding
  if (start > end) return null
  return {
    payloadType: datagram.readUInt8(1) & 0x7f,
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    source: datagram.readUInt32BE(8),
    payload: datagram.subarray(start, end),
  }
}

/** Writes the packets of one outgoing stream. The buffer it returns is valid until the next packet. */
export class RtpWriter {
  readonly #packet = Buffer.alloc(HEADER_BYTES + SAMPLES_PER_PACKET)
  readonly #source = randomInt(2 ** 32)
  #sequence = randomInt(2 ** 16)
  #timestamp = randomInt(2 ** 32)
  #fresh = true
  sent = 0

  /** Room for the sound of the next packet, to be filled before `sound`. */
  readonly room = this.#packet.subarray(HEADER_BYTES)

  get timestamp(): number {
    return this.#timestamp
  }

  /** 20 ms of sound, which stands in `room`. */
  sound(payloadType: number): Buffer {
    this.#header(payloadType, this.#timestamp, this.#fresh)
    this.#fresh = false
    this.skip()
    return this.#packet
  }

  /** Something else than sound at a time stamp of its own (RFC 4733); does not move the clock. */
  event(payloadType: number, timestamp: number, payload: Uint8Array, marker: boolean): Buffer {
    const packet = this.#packet.subarray(0, HEADER_BYTES + payload.length)
    this.room.set(payload)
    this.#header(payloadType, timestamp, marker)
    return packet
  }

  /** Lets 20 ms pass without a packet; the next one begins a new stretch of sound. */
  skip(): void {
    this.#timestamp = (this.#timestamp + SAMPLES_PER_PACKET) >>> 0
  }

  /** The next packet of sound carries the marker: the far end may adjust its play-out there. */
  restart(): void {
    this.#fresh = true
  }

  #header(payloadType: number, timestamp: number, marker: boolean): void {
    this.#packet.writeUInt8(0x80, 0)
    this.#packet.writeUInt8(payloadType | (marker ? 0x80 : 0), 1)
    this.#packet.writeUInt16BE(this.#sequence, 2)
    this.#packet.writeUInt32BE(timestamp, 4)
    this.#packet.writeUInt32BE(this.#source, 8)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.sent++
  }
}
