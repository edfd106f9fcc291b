// timeout: 300 s
import { webm } from './corpus/webm';
import { testAgainstOracles } from './matrix';

testAgainstOracles(webm);
