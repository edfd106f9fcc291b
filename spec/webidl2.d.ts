/** The part of webidl2's output that the generator reads. */
declare module 'webidl2' {
  export interface ExtendedAttribute {
    name: string;
    rhs: null | { type: string; value: string | { value: string }[] };
    arguments: Argument[];
  }
  export interface IdlType {
    extAttrs: ExtendedAttribute[];
    generic: string;
    nullable: boolean;
    union: boolean;
    idlType: string | IdlType[];
  }
  export type DefaultValue =
    | { type: 'string' | 'number'; value: string }
    | { type: 'boolean'; value: boolean }
    | { type: 'null' | 'Infinity' | 'NaN' | 'dictionary' | 'undefined'; negative?: boolean }
    | { type: 'sequence'; value: unknown[] };
  export interface Argument {
    name: string;
    extAttrs: ExtendedAttribute[];
    idlType: IdlType;
    default: DefaultValue | null;
    optional: boolean;
    variadic: boolean;
  }
  export interface Field {
    type: 'field';
    name: string;
    extAttrs: ExtendedAttribute[];
    idlType: IdlType;
    default: DefaultValue | null;
    required: boolean;
  }
  export type Special = '' | 'static' | 'stringifier' | 'getter' | 'setter' | 'deleter' | 'inherit';
  export interface AttributeMember {
    type: 'attribute';
    name: string;
    idlType: IdlType;
    extAttrs: ExtendedAttribute[];
    special: Special;
    readonly: boolean;
  }
  export interface OperationMember {
    type: 'operation';
    name: string;
    idlType?: IdlType;
    arguments: Argument[];
    extAttrs: ExtendedAttribute[];
    special: Special;
  }
  export interface ConstructorMember {
    type: 'constructor';
    arguments: Argument[];
    extAttrs: ExtendedAttribute[];
  }
  export interface ConstMember {
    type: 'const';
    name: string;
    idlType: IdlType;
    extAttrs: ExtendedAttribute[];
    value: DefaultValue;
  }
  export interface IterableMember {
    type: 'iterable' | 'maplike' | 'setlike';
    idlType: IdlType[];
    arguments: Argument[];
    extAttrs: ExtendedAttribute[];
    readonly: boolean;
    async: boolean;
  }
  export type Member = AttributeMember | OperationMember | ConstructorMember | ConstMember | IterableMember;
  export interface Container<M> {
    name: string;
    inheritance: string | null;
    partial: boolean;
    members: M[];
    extAttrs: ExtendedAttribute[];
  }
  export type Definition =
    | ({ type: 'interface' | 'interface mixin' | 'callback interface' | 'namespace' } & Container<Member>)
    | ({ type: 'dictionary' } & Container<Field>)
    | { type: 'enum'; name: string; values: { value: string }[]; extAttrs: ExtendedAttribute[] }
    | { type: 'typedef'; name: string; idlType: IdlType; extAttrs: ExtendedAttribute[] }
    | { type: 'callback'; name: string; idlType: IdlType; arguments: Argument[]; extAttrs: ExtendedAttribute[] }
    | { type: 'includes'; target: string; includes: string; extAttrs: ExtendedAttribute[] };
  export function parse(text: string): Definition[];
}
