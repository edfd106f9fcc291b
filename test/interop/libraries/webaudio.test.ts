// timeout: 300 s
import { testPrograms } from './programs';

testPrograms('webaudio/');
