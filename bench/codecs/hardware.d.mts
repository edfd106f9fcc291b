export function report(result: object): string;
