export interface Sample {
  readonly work: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}
export interface Measured {
  request(request: string, argument?: object, limitSeconds?: number): Promise<any>;
  end(): Promise<void>;
}
export interface Implementation<Case> {
  readonly name: string;
  start(each: Case): Promise<Measured>;
}
export interface Result {
  samples?: (Sample & { round: number; busyCores: number | undefined })[];
  facts?: object;
  failure?: string;
}
export function compare<Case extends { readonly name: string }>(plan: {
  cases: readonly Case[];
  implementations: readonly Implementation<Case>[];
  rounds: number;
  seconds: number;
  limitSeconds: number;
}): Promise<{ case: string; results: Record<string, Result> }[]>;
