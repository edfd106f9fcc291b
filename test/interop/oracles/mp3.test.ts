// timeout: 300 s
import { mp3 } from './corpus/sound';
import { testAgainstOracles } from './matrix';

testAgainstOracles(mp3);
