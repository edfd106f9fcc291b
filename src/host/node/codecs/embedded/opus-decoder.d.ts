/** What is used of the package, so that types can be checked without it. */
declare module 'opus-decoder' {
  export class OpusDecoder {
    constructor(options: { channels: number; streamCount: number; coupledStreamCount: number; channelMappingTable: number[]; preSkip: number });
    readonly ready: Promise<void>;
    reset(): Promise<void>;
    free(): void;
    decodeFrame(packet: Uint8Array): { channelData: Float32Array[]; samplesDecoded: number; errors: { message: string }[] };
  }
}
