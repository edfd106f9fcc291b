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
