// The program of a Worker: its media thread ends with it.
import { connectPair } from './connection-pair.mjs';

const { close } = await connectPair();
close();
