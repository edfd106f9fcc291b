const { VideoEncoder, VideoFrame } = await import('mediant/webcodecs');
const e=new VideoEncoder({output(c){},error(er){console.log(er.message)}});
e.configure({codec:'vp8',width:640,height:480});
for(let i=0;i<30;i++){ const f=new VideoFrame(new Uint8Array(640*480*4),{format:'RGBA',codedWidth:640,codedHeight:480,timestamp:i*33333}); e.encode(f); f.close(); }
setTimeout(()=>process.exit(3),60+Math.random()*30);
