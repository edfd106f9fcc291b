import { Worker, isMainThread, parentPort } from 'node:worker_threads';
if (isMainThread) {
  for (let i=0;i<15;i++) await new Promise(r=>{ const w=new Worker(new URL(import.meta.url)); w.on('message',async()=>{ if (process.argv[2]) await new Promise(q=>setTimeout(q,Math.random()*30)); w.terminate().then(r)}); w.on('error',e=>{console.log('werr',e.message); r()}); });
  console.log('done');
} else {
  const { VideoEncoder, VideoFrame } = await import('mediant/webcodecs');
  const e=new VideoEncoder({output(c){},error(er){console.log(er.message)}});
  e.configure({codec:'vp8',width:640,height:480});
  for(let i=0;i<30;i++){ const f=new VideoFrame(new Uint8Array(640*480*4),{format:'RGBA',codedWidth:640,codedHeight:480,timestamp:i*33333}); e.encode(f); f.close(); }
  setTimeout(()=>parentPort.postMessage(1),60);
}
