/** Writes `commands.ts` from the enumerations of native/audio/engine/Commands.h. */

export interface Enumeration {
  name: string;
  /** The comment above it. */
  comment: string;
  members: { name: string; value: number; comment: string }[];
}

export function parseEnumerations(header: string): Enumeration[] {
  const enumerations: Enumeration[] = [];
  // Braces in comments would end an enumeration too early.
  const masked = header.replace(/\/\/.*$/gm, (comment) => comment.replace(/\{/g, '\u0001').replace(/\}/g, '\u0002'));
  for (const match of masked.matchAll(/((?:^\/\/ [^\n]*\n)*)^enum class (\w+) : int \{([^}]*)\};/gm)) {
    const [, above, name, body] = match.map((text) => text.replace(/\u0001/g, '{').replace(/\u0002/g, '}'));
    const comment = above.replace(/^\/\/ /gm, '').replace(/^clang-format .*$/gm, '').trim();
    enumerations.push({ name, comment, members: parseMembers(body) });
  }
  return enumerations;
}

function parseMembers(body: string): Enumeration['members'] {
  return [...body.matchAll(/(\w+) = (-?\d+),?[ \t]*(?:\/\/ ([^\n]*))?/g)].map(([, name, value, comment = '']) => ({
    name,
    value: Number(value),
    comment,
  }));
}

export function writeCommands(enumerations: readonly Enumeration[]): string {
  const parts = enumerations.map(({ name, comment, members }) => {
    const heading = comment === '' ? '' : `/** ${comment.replace(/\n/g, '\n * ')} */\n`;
    const rows = members.map(({ name: member, value, comment: note }) => `  ${note === '' ? '' : `/** ${note} */\n  `}${member}: ${value},`);
    return `${heading}export const ${name} = Object.freeze({\n${rows.join('\n')}\n} as const);\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];\n`;
  });
  return parts.join('\n');
}
