/** Message prefixes in the form browsers use, so that what scripts and people already know reads the same here. */

export function executing(operation: string, interfaceName: string, detail: string): string {
  return `Failed to execute '${operation}' on '${interfaceName}': ${detail}`;
}

export function setting(attribute: string, interfaceName: string, detail: string): string {
  return `Failed to set the '${attribute}' property on '${interfaceName}': ${detail}`;
}

export function constructing(interfaceName: string, detail: string): string {
  return `Failed to construct '${interfaceName}': ${detail}`;
}

/** The first step of many algorithms: nothing begins in a Document that is not fully active. Null where it is. */
export function notFullyActive(message: (detail: string) => string): DOMException | null {
  if (host.isFullyActive === undefined || host.isFullyActive()) return null;
  return new DOMException(message('the document is not fully active.'), 'InvalidStateError');
}
