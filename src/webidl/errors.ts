/** Messages in the form browsers use: `<context>: <detail> <problem>.` */

export function typeError(context: string, detail: string, problem: string): TypeError {
  return new TypeError(`${context}: ${detail} ${problem}.`);
}

export function notOfType(context: string, detail: string, type: string): TypeError {
  return typeError(context, detail, `is not of type '${type}'`);
}

export function illegalInvocation(): TypeError {
  return new TypeError('Illegal invocation');
}

export function illegalConstructor(name: string): TypeError {
  return new TypeError(`Failed to construct '${name}': Illegal constructor`);
}

export function notEnoughArguments(context: string, required: number, present: number): TypeError {
  return new TypeError(`${context}: ${required} argument${required === 1 ? '' : 's'} required, but only ${present} present.`);
}

export function noOverload(context: string): TypeError {
  return new TypeError(`${context}: Overload resolution failed.`);
}
