import type { MediaTrackConstraints, MediaTrackConstraintSet, MediaTrackSettings } from '../../generated/mediastream-types';
import type { VideoMode } from '../../host/Host';
import { constraintsOf } from './constraint';
import type { Constraint } from './constraint';
import { rounded } from './fitnessDistance';
import type { PropertyName } from './properties';

/** What user agents tend to choose: https://w3c.github.io/mediacapture-main/#dfn-selectsettings, step 6. */
const defaults = { width: 640, height: 480, aspectRatio: 4 / 3, frameRate: 30 };

/** More sizes than any sensible set of constraints speaks of; those that matter most come first. */
const mostSizes = 400;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The sizes and frame rates that a track of a camera may have, those nearest to the defaults first.
 *
 * With `resizeMode` "crop-and-scale" every size within a native one is possible. The fitness distance to a constraint is monotonous
 * on either side of the values that the constraint speaks of, so only these, and what follows from them by an aspect ratio, are given.
 */
export function possibleVideoSettings(modes: readonly VideoMode[], constraints: MediaTrackConstraints): MediaTrackSettings[] {
  const valuesOf = collectValues([
    ...constraintsOf(constraints, 'ideal'),
    ...(constraints.advanced ?? []).flatMap((set: MediaTrackConstraintSet) => constraintsOf(set, 'exact')),
  ]);
  const native = modes.map((mode) => settingsOf(mode, mode.frameRate, 'none'));
  const most = Math.max(...modes.map(({ frameRate }) => frameRate));
  const frameRates = [...new Set([...modes.map(({ frameRate }) => frameRate), ...valuesOf('frameRate').map((rate) => clamp(rate, 1, most))])];
  const scaled = possibleSizes(modes, valuesOf).flatMap((size) => {
    const fastest = Math.max(...modes.filter((mode) => mode.width >= size.width && mode.height >= size.height).map(({ frameRate }) => frameRate));
    return frameRates.filter((rate) => rate <= fastest).map((rate) => settingsOf(size, rate, 'crop-and-scale'));
  });
  return byPreference([...native, ...scaled]);
}

function settingsOf({ width, height }: Size, frameRate: number, resizeMode: string): MediaTrackSettings {
  return { width, height, aspectRatio: rounded('aspectRatio', width / height), frameRate, resizeMode };
}

/** Native settings are preferred, then those that differ less from the defaults, above all in shape. */
function byPreference(settings: MediaTrackSettings[]): MediaTrackSettings[] {
  const penalty = ({ width, height, aspectRatio, frameRate, resizeMode }: MediaTrackSettings): number =>
    (resizeMode === 'none' ? 0 : 16) +
    4 * difference(aspectRatio!, defaults.aspectRatio) +
    difference(width!, defaults.width) +
    difference(height!, defaults.height) +
    difference(frameRate!, defaults.frameRate);
  const penalties = new Map(settings.map((candidate) => [candidate, penalty(candidate)]));
  return settings.sort((a, b) => penalties.get(a)! - penalties.get(b)!);
}

function difference(value: number, preferred: number): number {
  return Math.abs(value - preferred) / Math.max(value, preferred);
}

function possibleSizes(modes: readonly VideoMode[], valuesOf: (name: PropertyName) => number[]): Size[] {
  const widest = Math.max(...modes.map(({ width }) => width));
  const highest = Math.max(...modes.map(({ height }) => height));
  const widths = distinct([...valuesOf('width'), ...modes.map(({ width }) => width), 1], widest);
  const heights = distinct([...valuesOf('height'), ...modes.map(({ height }) => height), 1], highest);
  const pairs = widths.flatMap((width) => heights.map((height) => ({ width, height })));
  const ratios = [...valuesOf('aspectRatio').filter((ratio) => ratio > 0), ...modes.map(({ width, height }) => width / height)];
  const shaped = [...new Set(ratios)].flatMap((ratio) => [
    ...widths.flatMap((width) => around(width / ratio).map((height) => ({ width, height }))),
    ...heights.flatMap((height) => around(height * ratio).map((width) => ({ width, height }))),
  ]);
  const sizes = new Map<string, Size>();
  for (const size of [...modes, ...shaped, ...pairs]) {
    const isWithinMode = modes.some(({ width, height }) => size.width >= 1 && size.width <= width && size.height >= 1 && size.height <= height);
    if (isWithinMode && sizes.size < mostSizes) sizes.set(`${size.width} ${size.height}`, size);
  }
  return [...sizes.values()];
}

/** Whole numbers on both sides of a value. */
function around(value: number): number[] {
  return [Math.round(value), Math.floor(value), Math.ceil(value)];
}

function distinct(values: readonly number[], largest: number): number[] {
  return [...new Set(values.map((value) => clamp(value, 1, largest)))];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** The numbers that constraints of a property speak of. */
function collectValues(constraints: readonly [PropertyName, Constraint][]): (name: PropertyName) => number[] {
  return (wanted) => {
    const values = constraints.filter(([name]) => name === wanted).flatMap(([, { min, max, exact = [], ideal = [] }]) => [min, max, ...exact, ...ideal]);
    return [...new Set(values.filter((value) => typeof value === 'number'))];
  };
}

/** `settings` with every combination of values of other properties, of which the first is the default; only those that constraints name vary. */
export function withAlternatives(
  settings: readonly MediaTrackSettings[],
  alternatives: Readonly<Partial<Record<PropertyName, readonly (string | boolean)[]>>>,
  constraints: MediaTrackConstraints,
): MediaTrackSettings[] {
  const sets: readonly MediaTrackConstraintSet[] = [constraints, ...(constraints.advanced ?? [])];
  return Object.entries(alternatives).reduce<MediaTrackSettings[]>((combined, [name, values]) => {
    const isNamed = sets.some((set) => set[name as PropertyName] !== undefined);
    const [preferred] = values!;
    const varied = isNamed ? values! : [preferred!];
    return varied.flatMap((value) => combined.map((each) => ({ ...each, [name]: value })));
  }, [...settings]);
}
