// timeout: 300 s
import { wav } from './corpus/sound';
import { testAgainstOracles } from './matrix';

testAgainstOracles(wav);
