// timeout: 300 s
import { flac } from './corpus/sound';
import { testAgainstOracles } from './matrix';

testAgainstOracles(flac);
