declare module 'webidl-conversions' {
  interface Options {
    readonly context?: string;
    readonly enforceRange?: boolean;
    readonly clamp?: boolean;
    readonly treatNullAsEmptyString?: boolean;
  }
  const conversions: {
    readonly [type: string]: (value: unknown, options?: Options) => any;
  };
  export default conversions;
}
