/** What is exposed to an AudioWorkletGlobalScope beside the language: https://webidl.spec.whatwg.org/#dfn-exposed */
import type * as webidl2 from 'webidl2';

const globalNames = ['*', 'Worklet', 'AudioWorklet'];

interface Exposure {
  /** Interfaces and namespaces. */
  exposed: string[];
  /** Static members of those that are not exposed themselves. */
  hidden: Record<string, string[]>;
}

/** `texts` are all IDL files there are: those that say nothing of worklets, nor add to what is exposed to them, are not parsed. */
export function workletExposure(texts: readonly string[], parse: (text: string) => webidl2.Definition[]): Exposure {
  const exposed = texts.filter((text) => /Exposed=\*|Worklet/.test(text)).flatMap(parse).filter(isScoped)
    .filter(({ partial, extAttrs }) => !partial && isExposed(extAttrs) === true && !extAttrs.some(({ name }) => name === 'LegacyNamespace'))
    .map(({ name }) => name);
  const extends_ = new RegExp(`(?:interface|namespace) (?:${exposed.join('|')})\\b`);
  const hidden: Record<string, string[]> = {};
  for (const definition of texts.filter((text) => extends_.test(text)).flatMap(parse).filter(isScoped)) {
    if (!exposed.includes(definition.name)) continue;
    const isHidden = definition.partial && isExposed(definition.extAttrs) === false;
    for (const member of definition.members) {
      const isStatic = definition.type === 'namespace' || ('special' in member && member.special === 'static');
      if (isStatic && 'name' in member && (isHidden || isExposed(member.extAttrs) === false)) (hidden[definition.name] ??= []).push(member.name);
    }
  }
  return { exposed: [...new Set(exposed)].sort(), hidden };
}

export function writeWorkletExposure({ exposed, hidden }: Exposure): string {
  return [
    '// Written by spec/generate.ts from the IDL of all specifications.',
    '',
    `export const exposed: readonly string[] = ${JSON.stringify(exposed)};`,
    `export const hidden: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(hidden)};`,
    '',
  ].join('\n');
}

type Scoped = webidl2.Container<webidl2.Member> & { type: 'interface' | 'namespace' };

function isScoped(definition: webidl2.Definition): definition is webidl2.Definition & Scoped {
  return definition.type === 'interface' || definition.type === 'namespace';
}

/** Undefined where nothing is said. */
function isExposed(extAttrs: readonly webidl2.ExtendedAttribute[]): boolean | undefined {
  const rhs = extAttrs.find(({ name }) => name === 'Exposed')?.rhs;
  if (!rhs) return undefined;
  if (rhs.type === '*') return true;
  const names = typeof rhs.value === 'string' ? [rhs.value] : rhs.value.map(({ value }) => value);
  return names.some((name) => globalNames.includes(name));
}
