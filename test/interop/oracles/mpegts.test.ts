// timeout: 300 s
import { mpegts } from './corpus/mpegts';
import { testAgainstOracles } from './matrix';

testAgainstOracles(mpegts);
