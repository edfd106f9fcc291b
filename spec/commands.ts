/** Writes `commands.ts` from the enumerations of native/audio/engine/Commands.h. */

export interface Enumeration {
  name: string;
  /** The comment above it. */
  comment: string;
  members: { name: string; value: number; comment: string }[];
}

export function parseEnumerations(header: string): Enumeration[] {
  const enumerations: Enumeration[] = [];
  for (const match of header.matchAll(/((?:^\/\/ [^\n]*\n)*)^enum class (\w+) : int \{([^}]*)\};/gm)) {
    const [, comment, name, body] = match;
    // A comment may hold braces, so the body ends at the brace that starts a line or ends a one-line enumeration.
    enumerations.push({ name, comment: comment.replace(/^\/\/ /gm, '').trim(), members: parseMembers(body) });
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

/** The header with comments' braces out of the way of `parseEnumerations`. */
export function withoutCommentBraces(header: string): string {
  return header.replace(/\/\/.*$/gm, (comment) => comment.replace(/\{/g, '(').replace(/\}/g, ')'));
}

export function writeCommands(enumerations: readonly Enumeration[]): string {
  const parts = enumerations.map(({ name, comment, members }) => {
    const heading = comment === '' ? '' : `/** ${comment.replace(/\n/g, '\n * ')} */\n`;
    const rows = members.map(({ name: member, value, comment: note }) => `  ${note === '' ? '' : `/** ${note} */\n  `}${member}: ${value},`);
    return `${heading}export const ${name} = Object.freeze({\n${rows.join('\n')}\n} as const);\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];\n`;
  });
  return parts.join('\n');
}
