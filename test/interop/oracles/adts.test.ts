// timeout: 300 s
import { adts } from './corpus/sound';
import { testAgainstOracles } from './matrix';

testAgainstOracles(adts);
