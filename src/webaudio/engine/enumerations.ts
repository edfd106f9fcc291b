import * as commands from '../../generated/commands';
import type {
  AudioContextLatencyCategory,
  AutomationRate,
  BiquadFilterType,
  ChannelCountMode,
  ChannelInterpretation,
  DistanceModelType,
  OscillatorType,
  OverSampleType,
  PanningModelType,
} from '../../generated/webaudio-types';

/** IDL enumeration values as the engine's numbers. */

export const channelCountModes: Readonly<Record<ChannelCountMode, commands.ChannelCountMode>> = {
  max: commands.ChannelCountMode.Max,
  'clamped-max': commands.ChannelCountMode.ClampedMax,
  explicit: commands.ChannelCountMode.Explicit,
};

export const channelInterpretations: Readonly<Record<ChannelInterpretation, commands.ChannelInterpretation>> = {
  speakers: commands.ChannelInterpretation.Speakers,
  discrete: commands.ChannelInterpretation.Discrete,
};

export const automationRates: Readonly<Record<AutomationRate, commands.AutomationRate>> = {
  'a-rate': commands.AutomationRate.ARate,
  'k-rate': commands.AutomationRate.KRate,
};

export const oscillatorTypes: Readonly<Record<OscillatorType, commands.OscillatorType>> = {
  sine: commands.OscillatorType.Sine,
  square: commands.OscillatorType.Square,
  sawtooth: commands.OscillatorType.Sawtooth,
  triangle: commands.OscillatorType.Triangle,
  custom: commands.OscillatorType.Custom,
};

export const biquadTypes: Readonly<Record<BiquadFilterType, commands.BiquadType>> = {
  lowpass: commands.BiquadType.Lowpass,
  highpass: commands.BiquadType.Highpass,
  bandpass: commands.BiquadType.Bandpass,
  lowshelf: commands.BiquadType.Lowshelf,
  highshelf: commands.BiquadType.Highshelf,
  peaking: commands.BiquadType.Peaking,
  notch: commands.BiquadType.Notch,
  allpass: commands.BiquadType.Allpass,
};

export const overSampleTypes: Readonly<Record<OverSampleType, commands.OverSample>> = {
  none: commands.OverSample.None,
  '2x': commands.OverSample.X2,
  '4x': commands.OverSample.X4,
};

export const panningModels: Readonly<Record<PanningModelType, commands.PanningModel>> = {
  equalpower: commands.PanningModel.EqualPower,
  HRTF: commands.PanningModel.HRTF,
};

export const distanceModels: Readonly<Record<DistanceModelType, commands.DistanceModel>> = {
  linear: commands.DistanceModel.Linear,
  inverse: commands.DistanceModel.Inverse,
  exponential: commands.DistanceModel.Exponential,
};

/** Seconds asked of the device for each latency category; 0 is the least that is safe. */
export const latencyCategories: Readonly<Record<AudioContextLatencyCategory, number>> = {
  interactive: 0,
  balanced: 0.04,
  playback: 0.2,
};
