/** What the decoders and encoders of WebCodecs have in common. */
interface QueuedCodec extends EventTarget {
  readonly state: string;
  readonly decodeQueueSize?: number;
  readonly encodeQueueSize?: number;
  flush(): Promise<unknown>;
  close(): void;
}

interface CodecInit<Output> {
  output(output: Output, metadata?: any): void;
  error(error: DOMException): void;
}

/** Inputs that wait for a codec at most, beside those in it. */
const mostQueued = 4;

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** A decoder or encoder that is waited for: its queue is kept short, and its outputs are taken by who put in the inputs. */
export class CodecStage<Codec extends QueuedCodec, Output> {
  readonly #codec: Codec;
  #outputs: Output[] = [];
  #error: DOMException | null = null;
  #wake = (): void => {};

  /** @param convert makes an output of what the codec gives to its callback */
  constructor(create: (init: CodecInit<any>) => Codec, convert: (...output: any[]) => Output) {
    this.#codec = create({
      output: (...output) => { this.#outputs.push(convert(...output)); },
      error: (error) => {
        this.#error = error;
        this.#wake();
      },
    });
    this.#codec.addEventListener('dequeue', () => this.#wake());
  }

  /**
   * Gives the codec an input, or a configuration, by a call. Resolves when there is room for the next one and what came out at once can be taken.
   * @throws DOMException of the codec's error callback
   */
  async put(send: (codec: Codec) => void): Promise<void> {
    this.#check();
    send(this.#codec);
    // Each output is a task of its own: those of a codec that works at once come turn by turn.
    for (let count = -1; this.#outputs.length > count;) {
      count = this.#outputs.length;
      await turn();
    }
    while (this.#queueSize > mostQueued && this.#error === null) await new Promise<void>((resolve) => { this.#wake = resolve; });
    this.#check();
  }

  /** What has come out since it was last asked. */
  take(): Output[] {
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  async flush(): Promise<void> {
    this.#check();
    await this.#codec.flush().catch((error) => { throw this.#error ?? error; });
  }

  /** What has not been taken is given back. */
  close(): Output[] {
    if (this.#codec.state !== 'closed') this.#codec.close();
    return this.take();
  }

  get #queueSize(): number {
    return this.#codec.decodeQueueSize ?? this.#codec.encodeQueueSize ?? 0;
  }

  #check(): void {
    if (this.#error !== null) throw this.#error;
  }
}
