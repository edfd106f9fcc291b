/** Reads a track. */
export interface TrackSink {
  /** What the track gives may be something else now: it was muted, disabled, ended, or has other data. */
  trackChanged(): void;
}

/** A sink that was collected without a word, and the set that it was in: weakly, since a source may be made of what reads it. */
interface Entry {
  readonly sinks: WeakRef<TrackSinks>;
  readonly reference: WeakRef<TrackSink>;
}

const collectedSinks = new FinalizationRegistry<Entry>(({ sinks, reference }) => sinks.deref()?._collected(reference));

/**
 * Who reads a track. Sinks are held weakly: one that nobody else knows, such as a node of an AudioContext that was dropped, hears nothing
 * more and lets the source rest.
 */
export class TrackSinks {
  readonly #references = new Set<WeakRef<TrackSink>>();
  readonly #self = new WeakRef<TrackSinks>(this);
  readonly #sizeChanged: () => void;

  constructor(sizeChanged: () => void) {
    this.#sizeChanged = sizeChanged;
  }

  get size(): number {
    return this.#references.size;
  }

  add(sink: TrackSink): void {
    const reference = new WeakRef(sink);
    this.#references.add(reference);
    collectedSinks.register(sink, { sinks: this.#self, reference }, sink);
    this.#sizeChanged();
  }

  remove(sink: TrackSink): void {
    for (const reference of this.#references) if (reference.deref() === sink) this.#references.delete(reference);
    collectedSinks.unregister(sink);
    this.#sizeChanged();
  }

  /** As they are now. */
  all(): TrackSink[] {
    return [...this.#references].flatMap((reference) => reference.deref() ?? []);
  }

  _collected(reference: WeakRef<TrackSink>): void {
    if (this.#references.delete(reference)) this.#sizeChanged();
  }
}
