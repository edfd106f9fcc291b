/** What is open. Holds it weakly: a context that script has dropped may be collected. */
export class Registry<Open extends { close(): void }> {
  readonly #references = new Set<WeakRef<Open>>();
  readonly #collected = new FinalizationRegistry<WeakRef<Open>>((reference) => this.#references.delete(reference));

  add(open: Open): void {
    const reference = new WeakRef<Open>(open);
    this.#references.add(reference);
    this.#collected.register(open, reference);
  }

  closeAll(): void {
    for (const reference of this.#references) reference.deref()?.close();
    this.#references.clear();
  }
}
