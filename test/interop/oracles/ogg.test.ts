// timeout: 300 s
import { ogg } from './corpus/sound';
import { testAgainstOracles } from './matrix';

testAgainstOracles(ogg);
