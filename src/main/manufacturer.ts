// The manufacturer's commands with their work.

import { keygenCommand, produceCommand } from '../cli/manufacturer.ts'
import { produceFile, writeKeyPair } from '../domain/card-file/maker-files.ts'

export const keygen = (args: string[]): Promise<number> => keygenCommand(args, writeKeyPair)
export const produce = (args: string[]): Promise<number> => produceCommand(args, produceFile)
