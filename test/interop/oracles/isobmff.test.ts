// timeout: 300 s
import { isobmff } from './corpus/isobmff';
import { testAgainstOracles } from './matrix';

testAgainstOracles(isobmff);
