// Web Audio inside a window of jsdom, where every object is the window's own.
import { JSDOM } from 'jsdom';
import { install } from 'mediant/jsdom';

const page = `
  <script>
    const context = new OfflineAudioContext(1, 4410, 44100);
    const source = new OscillatorNode(context, { frequency: 441 });
    source.connect(context.destination);
    source.start();
    context.oncomplete = ({ renderedBuffer, isTrusted }) => {
      const samples = renderedBuffer.getChannelData(0);
      console.log('trusted:', isTrusted, 'of this window:', samples instanceof Float32Array, 'peak:', Math.max(...samples).toFixed(3));
    };
    context.startRendering();
  </script>`;

new JSDOM(page, { url: 'https://example.test/', runScripts: 'dangerously', beforeParse: (window) => install(window) });
