/** A wrong argument: its message is printed as one line, and the exit status is 2. */
export class UsageError extends Error {}
