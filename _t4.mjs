import { VideoDecoder, VideoEncoder, VideoFrame } from 'mediant/webcodecs';
const w=320,h=200;
function frame(i){ const d=new Uint8Array(w*h*4); const put=(x0,y0,ww,hh,c)=>{for(let y=y0;y<Math.min(h,y0+hh);y++)for(let x=x0;x<Math.min(w,x0+ww);x++){const p=(y*w+x)*4;d[p]=c[0];d[p+1]=c[1];d[p+2]=c[2];d[p+3]=255;}};
 put(0,0,w/2,h/2,[255,255,0]);put(w/2,0,w/2,h/2,[255,0,0]);put(0,h/2,w/2,h/2,[0,0,255]);put(w/2,h/2,w/2,h/2,[0,255,0]);
 for(let k=1;k<=i;k++){let x=k*40,y=40*(x/w+1);x%=w;put(x,Math.round(y),20,20,[0,0,0]);} return new VideoFrame(d,{format:'RGBA',codedWidth:w,codedHeight:h,timestamp:i}); }
for (const opt of [{},{rt:1},{strip:1},{rc:1}]) {
 const cfg={codec:process.argv[2]||'avc1.42001E',width:w,height:h,bitrate:1e6,bitrateMode:'constant',framerate:30,avc:{format:'annexb'}}; if(opt.rt) cfg.latencyMode='realtime';
 const res=[]; let bytes=0;
 const dec=new VideoDecoder({output(f){res.push(f);},error(e){console.log('DERR',e.message)}});
 const enc=new VideoEncoder({output(c,m){ if(opt.rc? c.timestamp==0 : m.decoderConfig) dec.configure(m.decoderConfig); bytes+=c.byteLength; dec.decode(c); },error(e){console.log('EERR',e.message)}});
 enc.configure(cfg); for(let i=0;i<16;i++){const f=frame(i); enc.encode(f,{keyFrame:i%5==0}); if(i%3==0&&opt.rc){cfg.bitrate*=.9; enc.configure(cfg);} f.close();}
 await enc.flush(); await dec.flush();
 const out=[]; for(const f of res){ const b=new Uint8Array(w*h*4); await f.copyTo(b,{format:'RGBA'}); let worst=0; for(let k=1;k<=f.timestamp;k++){let x=k*40+10,y=Math.round(40*((k*40+10)/w+1)+10); x%=w; const p=((y-1)*w+x-1)*4; worst=Math.max(worst,b[p],b[p+1],b[p+2]);} out.push(worst); f.close(); }
 console.log(JSON.stringify(opt),bytes,out.join()); enc.close(); dec.close();
}
