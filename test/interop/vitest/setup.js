import { install } from 'mediant/polyfill';

// With `isolate: false` the environment is new for each file, while the package stays loaded.
install();
