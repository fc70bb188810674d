// What programs put on the clipboard when something is copied in them: its HTML, its plain text, and the Markdown that the page makes of it
// (`null`: the plain text says as much). For the tests of the page, and for those in a real browser.

const WORD_HEAD = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/ming/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal, li.MsoNormal { margin:0cm; font-size:10.5pt; font-family:等线; } @page WordSection1 { size:612.0pt 792.0pt; } --></style>
</head>`;

export const CLIPBOARDS = [
  {
    name: "Word: paragraphs with bold, italic and a link",
    plain: "会议记录\r\n请大家周五以前看完第二十一章，重点是狐狸。\r\n\r\n笔记在这里。",
    html: `${WORD_HEAD}<body lang=ZH-CN style='tab-interval:21.0pt;word-wrap:break-word'><!--StartFragment-->
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span style='font-size:14.0pt'>会议记录<span lang=EN-US><o:p></o:p></span></span></b></p>
<p class=MsoNormal>请大家<b>周五</b>以前看完第二十一章，重点是<i>狐
狸</i>。<span lang=EN-US><o:p></o:p></span></p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<p class=MsoNormal>笔记在<span lang=EN-US><a href="https://example.org/notes"><span lang=ZH-CN>这里</span></a></span>。<span lang=EN-US><o:p></o:p></span></p>
<!--EndFragment--></body></html>`,
    markdown: "**会议记录**\n请大家**周五**以前看完第二十一章，重点是*狐狸*。\n\n笔记在[这里](https://example.org/notes)。",
  },
  {
    name: "Word: lists",
    plain: "要带的：\r\n·\t书\r\n·\t笔\r\no\t红笔\r\n1.\t先读\r\n2.\t再写\r\n一、总结",
    html: `${WORD_HEAD}<body lang=ZH-CN><!--StartFragment--><p class=MsoNormal>要带的：</p>
<p class=MsoListParagraph style='margin-left:22.0pt;text-indent:-22.0pt;mso-char-indent-count:0;mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US style='font-family:Symbol;mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>书</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]><b>笔</b>（两支）</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span>&nbsp; </span></span></span><![endif]>红笔</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span></span><![endif]>先读</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span></span><![endif]>再写</p>
<p class=MsoListParagraph style='mso-list:l2 level1 lfo3'><![if !supportLists]><span><span style='mso-list:Ignore'>一、</span></span><![endif]>总结</p>
<!--EndFragment--></body></html>`,
    markdown: "要带的：\n- 书\n- **笔**（两支）\n  - 红笔\n1. 先读\n2. 再写\n一、总结",
  },
  {
    name: "WPS Writer",
    plain: "通知\n本周五下午三点开会。\n",
    html: `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 14"><title></title><style>@font-face{font-family:"Times New Roman";} p.MsoNormal{ mso-style-name:正文;}</style></head><body style="tab-interval:21pt;text-justify-trim:punctuation;"><!--StartFragment--><p class=MsoNormal align=center style="text-align:center;" ><b style="mso-bidi-font-weight:normal"><span style="mso-spacerun:'yes';font-family:宋体;font-size:16.0000pt;"><font face="宋体" >通知</font></span></b></p><p class=MsoNormal ><span style="mso-spacerun:'yes';font-family:宋体;">本周五</span><b><span style="font-family:宋体;"><font face="宋体" >下午三点</font></span></b><span style="font-family:宋体;">开会。</span><span><o:p></o:p></span></p><!--EndFragment--></body></html>`,
    markdown: "**通知**\n本周五**下午三点**开会。",
  },
  {
    name: "Google Docs",
    plain: "计划\n先读第一章，再写笔记\n\n第一项\n第二项\n子项\n旧的",
    html: `<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-5a0e1b2c-7fff-1d2f-2c8a-0a1b2c3d4e5f"><h2 dir="ltr" style="line-height:1.38;margin-top:18pt;margin-bottom:6pt;"><span style="font-size:16pt;font-family:Arial,sans-serif;color:#000000;font-weight:400;font-style:normal;text-decoration:none;white-space:pre;white-space:pre-wrap;">计划</span></h2><p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;"><span style="font-size:11pt;font-weight:400;font-style:normal;text-decoration:none;white-space:pre-wrap;">先读</span><span style="font-size:11pt;font-weight:700;font-style:normal;text-decoration:none;white-space:pre-wrap;">第一章</span><span style="font-size:11pt;font-weight:400;font-style:normal;white-space:pre-wrap;">，再写</span><span style="font-weight:400;font-style:italic;white-space:pre-wrap;">笔记</span></p><br /><ul style="margin-top:0;margin-bottom:0;padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc;font-weight:400;white-space:pre;" aria-level="1"><p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;" role="presentation"><span style="font-weight:400;white-space:pre-wrap;">第一项</span></p></li><li dir="ltr" aria-level="1"><p dir="ltr" style="margin-top:0pt;margin-bottom:0pt;" role="presentation"><span style="font-weight:400;">第二项</span></p></li><ul style="margin-top:0;margin-bottom:0;"><li dir="ltr" aria-level="2"><p style="margin-top:0pt;margin-bottom:0pt;"><span>子项</span></p></li></ul></ul><p style="margin-top:0pt;margin-bottom:0pt;"><span style="font-weight:400;text-decoration:line-through;-webkit-text-decoration-skip:none;">旧的</span></p></b><br class="Apple-interchange-newline">`,
    markdown: "**计划**\n\n先读**第一章**，再写*笔记*\n\n- 第一项\n- 第二项\n  - 子项\n\n~~旧的~~",
  },
  {
    name: "GitHub: a readme",
    plain: "Getting started\nRun npm install first, see the guide.\n\nnpm install\nnpm test\nlint\nrelease\n\nNot on Windows yet.",
    html: `<meta charset='utf-8'><div class="markdown-heading" dir="auto" style="box-sizing: border-box; position: relative; color: rgb(31, 35, 40); font-family: -apple-system, sans-serif; font-size: 16px; font-style: normal; font-weight: 400; white-space: normal; text-decoration-style: initial;"><h2 tabindex="-1" class="heading-element" dir="auto" style="box-sizing: border-box; font-weight: 600;">Getting started</h2><a id="user-content-getting-started" class="anchor" aria-label="Permalink: Getting started" href="https://github.com/x/y#getting-started"><svg class="octicon octicon-link" viewBox="0 0 16 16" aria-hidden="true"><path d="m7.775 3.275"></path></svg></a></div><p dir="auto" style="box-sizing: border-box; margin-top: 0px; margin-bottom: 16px;">Run <code style="font-family: ui-monospace;">npm install</code> first, see the <a href="https://github.com/x/y/wiki/Foo_(bar)" rel="nofollow" title="A guide">guide</a>.</p><div class="highlight highlight-source-shell notranslate" dir="auto"><pre style="font-family: ui-monospace;">npm install
npm <span class="pl-c1">test</span></pre><div class="zeroclipboard-container"><clipboard-copy aria-label="Copy" value="npm install" role="button"><svg aria-hidden="true"></svg></clipboard-copy></div></div><ul class="contains-task-list"><li class="task-list-item"><input type="checkbox" disabled class="task-list-item-checkbox" checked=""> lint</li><li class="task-list-item"><input type="checkbox" disabled> release</li></ul><blockquote style="margin: 0px;"><p dir="auto">Not on <strong>Windows</strong> yet.</p></blockquote>`,
    markdown: "**Getting started**\n\nRun `npm install` first, see the [guide](https://github.com/x/y/wiki/Foo_%28bar%29).\n\n```shell\nnpm install\nnpm test\n```\n\n- [x] lint\n- [ ] release\n\n> Not on **Windows** yet.",
  },
  {
    name: "a page in Chinese",
    plain: "小王子遇到狐狸，狐狸说：\n真正重要的东西，用眼睛是看不见的。\n（原文见 https://example.org/21 ）",
    html: `<meta charset='utf-8'><p style="color: rgb(32, 33, 34);">小王子遇到<a href="https://zh.wikipedia.org/wiki/%E7%8B%90%E7%8B%B8" title="狐狸">狐狸</a>，<b>狐狸</b>说：</p><blockquote><p>真正重要的东西，<em>用眼睛</em>是<br>看不见的。</p></blockquote><p>（原文见 <a href="https://example.org/21">https://example.org/21</a> ）</p>`,
    markdown: "小王子遇到[狐狸](https://zh.wikipedia.org/wiki/%E7%8B%90%E7%8B%B8)，**狐狸**说：\n\n> 真正重要的东西，*用眼睛*是\n> 看不见的。\n\n（原文见 https://example.org/21 ）",
  },
  {
    name: "an article of WeChat",
    plain: "一、缘起\n这一章讲的是驯养。\n图：狐狸",
    html: `<section style="margin: 0px;"><p style="margin: 0px; padding: 0px;"><span style="font-size: 17px;"><strong>一、缘起</strong></span></p><p style="margin: 0px;"><span leaf="">这一章讲的是<strong style="box-sizing: border-box;">驯养</strong>。</span></p><p style="margin: 0px;"><img data-src="https://mmbiz.qpic.cn/x.png" src="data:image/png;base64,AAAA" alt="图：狐狸"></p></section>`,
    markdown: "**一、缘起**\n这一章讲的是**驯养**。\n图：狐狸",
  },
  {
    name: "a mail",
    plain: "Hi all,\n\nthe room is 3.07, not 2.12.\nSee you,\nWei",
    html: `<meta charset='utf-8'><div dir="ltr">Hi all,<div><br></div><div>the room is&nbsp;<b>3.07</b>, <s>not 2.12</s>.</div><div>See you,<br>Wei</div></div>`,
    markdown: "Hi all,\n\nthe room is **3.07**, ~~not 2.12~~.\nSee you,\nWei",
  },
  {
    name: "Excel",
    plain: "姓名\t分数\t备注\r\n小李\t92\ta|b\r\n陈老师\t\t第一行 第二行\r\n",
    html: `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=ProgId content=Excel.Sheet><style><!--table {mso-displayed-decimal-separator:"\\.";} td {padding-top:1px; mso-ignore:padding; font-size:11.0pt; font-weight:400; } .xl65 {font-weight:700;} --></style></head><body link="#0563C1" vlink="#954F72"><table border=0 cellpadding=0 cellspacing=0 width=216 style='border-collapse:collapse;width:162pt'><!--StartFragment--><col width=72 span=3 style='width:54pt'><tr height=19 style='height:14.25pt'><td height=19 class=xl65 width=72 style='height:14.25pt;width:54pt'>姓名</td><td class=xl65 width=72>分数</td><td class=xl65 width=72>备注</td></tr><tr height=19><td height=19>小李</td><td align=right>92</td><td>a|b</td></tr><tr height=19><td height=19>陈老师</td><td></td><td>第一行<br>第二行</td></tr><!--EndFragment--></table></body></html>`,
    markdown: "| 姓名 | 分数 | 备注 |\n| --- | --- | --- |\n| 小李 | 92 | a\\|b |\n| 陈老师 |  | 第一行 第二行 |",
  },
  {
    name: "LibreOffice Calc",
    plain: "Item\tPrice\nTea\t3.50\n",
    html: `<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/><title></title><meta name="generator" content="LibreOffice 24.2.7.2 (Linux)"/><style type="text/css">body,div,table,thead,tbody,tfoot,tr,th,td,p { font-family:"Liberation Sans"; font-size:x-small }</style></head><body><table cellspacing="0" border="0"><colgroup span="2" width="85"></colgroup><tr><td height="17" align="left"><b>Item</b></td><td align="left"><b>Price</b></td></tr><tr><td height="17" align="left">Tea</td><td align="right" sdval="3.5" sdnum="2052;">3.50</td></tr></table></body></html>`,
    markdown: "| **Item** | **Price** |\n| --- | --- |\n| Tea | 3.50 |",
  },
  {
    name: "WPS Spreadsheets",
    plain: "日期\t主讲\r\n周五\t陈老师\r\n",
    html: `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta name=Generator content="Microsoft Excel"><!--[if !mso]><style>v\\:*{behavior:url(#default#VML);}</style><![endif]--><style><!-- .font0{color:#000000;font-family:"宋体";} td{mso-style-parent:style0;} --></style></head><body link="blue" vlink="purple" class="xl63"><!--StartFragment--><table width="144" border="0" cellpadding="0" cellspacing="0" style='width:108.00pt;border-collapse:collapse;table-layout:fixed;'><col width="72" span="2" style='width:54.00pt;'/><tr height="18" style='height:13.50pt;'><td class="xl65" height="18" width="72" x:str style='height:13.50pt;width:54.00pt;'>日期</td><td class="xl65" width="72" x:str>主讲</td></tr><tr height="18"><td x:str>周五</td><td x:str>陈老师</td></tr></table><!--EndFragment--></body></html>`,
    markdown: "| 日期 | 主讲 |\n| --- | --- |\n| 周五 | 陈老师 |",
  },
  {
    name: "Google Sheets, with joined cells",
    plain: "Week\t\n1\tRead\n",
    html: `<meta charset='utf-8'><google-sheets-html-origin><style type="text/css"><!--td {border: 1px solid #cccccc;}br {mso-data-placement:same-cell;}--></style><table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0" cellpadding="0" dir="ltr" border="1" style="table-layout:fixed;font-size:10pt;width:0px;border-collapse:collapse;border:none" data-sheets-root="1"><colgroup><col width="100"/><col width="100"/></colgroup><tbody><tr style="height:21px;"><td style="overflow:hidden;padding:2px 3px;font-weight:bold;" rowspan="1" colspan="2" data-sheets-value="{}">Week</td></tr><tr style="height:21px;"><td style="text-align:right;">1</td><td>Read</td></tr></tbody></table></google-sheets-html-origin>`,
    markdown: "| **Week** |  |\n| --- | --- |\n| 1 | Read |",
  },
  {
    name: "one cell", plain: "92", markdown: null,
    html: "<html><body><table border=0><!--StartFragment--><tr><td align=right>92</td></tr><!--EndFragment--></table></body></html>",
  },
  {
    name: "one column", plain: "小李\n陈老师\n", markdown: null,
    html: "<html><body><table><tr><td>小李</td></tr><tr><td>陈老师</td></tr></table></body></html>",
  },
  {
    name: "a table that lays out a page", plain: "Title\nBody with bold words",
    html: "<table><tr><td colspan=2><h1>Title</h1></td></tr><tr><td>Body with <b>bold</b> words</td><td></td></tr></table>",
    markdown: "**Title**\n\nBody with **bold** words",
  },
  {
    name: "VS Code", plain: "const a = **b**; // *x*\n\nreturn `a_b_c`;", markdown: null,
    html: `<meta charset='utf-8'><div style="color: #cccccc;background-color: #1f1f1f;font-family: 'Droid Sans Mono', 'monospace', monospace;font-weight: normal;font-size: 14px;line-height: 19px;white-space: pre;"><div><span style="color: #569cd6;">const</span><span style="color: #cccccc;"> a = </span><span style="color: #569cd6;font-weight: bold;">**b**</span><span>; </span><span style="color: #6a9955;">// *x*</span></div><br><div><span style="color: #c586c0;">return</span><span> \`a_b_c\`;</span></div></div>`,
  },
  {
    name: "an editor of JetBrains", plain: "fun main() {\n    println(\"hi\")\n}", markdown: null,
    html: `<html><head><meta http-equiv="content-type" content="text/html; charset=UTF-8"></head><body><pre style="background-color:#1e1f22;color:#bcbec4;font-family:'JetBrains Mono',monospace;font-size:9.8pt;"><span style="color:#cf8e6d;">fun </span><span style="color:#56a8f5;">main</span>() {<br>    <span style="font-style:italic;">println</span>(<span style="color:#6aab73;">"hi"</span>)<br>}</pre></body></html>`,
  },
  {
    name: "a wrapped plain text", plain: "一句话，没有别的。", markdown: null,
    html: `<meta charset='utf-8'><span style="color: rgb(0, 0, 0); font-family: sans-serif; font-weight: 400; display: inline !important; float: none;">一句话，没有别的。</span>`,
  },
  {
    name: "paragraphs without form", plain: "One.\n\nTwo 2*3*4 and snake_case, see https://example.org/a_b_c.", markdown: null,
    html: `<meta charset='utf-8'><p>One.</p><p>Two 2*3*4 and snake_case, see <a href="https://example.org/a_b_c">https://example.org/a_b_c</a>.</p>`,
  },
  {
    name: "one heading", plain: "第二十一章", markdown: null,
    html: `<meta charset='utf-8'><h1 style="font-weight: 700;">第二十一章</h1>`,
  },
  {
    name: "lines of this page", plain: "小李 12:01\n**重点**有三条", markdown: null,
    html: `<p data-hearth dir="auto" style="white-space: pre-wrap"><b>小李</b> 12:01<br>**重点**有三条</p>`,
  },
  {
    name: "signs that mean nothing where they were, beside some that do", plain: "*not* this, but that; a*b, a_b, [1], x|y",
    html: "<p>*not* this, but <strong>that</strong>; a*b, a_b, [1], x|y</p>",
    markdown: "\\*not\\* this, but **that**; a\\*b, a\\_b, \\[1\\], x\\|y",
  },
  {
    name: "marks in the middle of a word, and blanks at their ends", plain: "unbelievable things, and  more",
    html: "<p>un<b>believ</b>able <i>things, </i>and <b> more</b></p>", markdown: "unbelievable *things,* and **more**",
  },
  {
    name: "neighbours with the same marks, and others within", plain: "all of it is struck",
    html: "<p><b>all </b><b>of <i>it</i></b> is <del><span>str</span><span>uck</span></del></p>", markdown: "**all of *it*** is ~~struck~~",
  },
  {
    name: "lists in lists, numbers from elsewhere, code in items", plain: "three\nfour\nx\ny",
    html: "<ol start=3><li>three<ul><li>a<ul><li>b</li></ul></li></ul></li><li><p>four</p><pre><code class=\"language-rust\">fn x() {}\n\nfn y() {}\n</code></pre></li></ol>",
    markdown: "3. three\n   - a\n     - b\n4. four\n   ```rust\n   fn x() {}\n   fn y() {}\n   ```",
  },
  {
    name: "code with ticks in it", plain: "a `b` c", html: "<p>see <code>a `b` c</code> and <code>`</code></p><pre>```\nx\n```</pre>",
    markdown: "see ``a `b` c`` and `` ` ``\n\n````\n```\nx\n```\n````",
  },
  {
    name: "addresses that lead nowhere good", plain: "run me look here up mail",
    html: `<p><a href="javascript:alert(1)">run me</a> <a href="data:text/html,<script>alert(1)</script>">look</a> <a href="/here">here</a> <a href="#up">up</a> <a href="mailto:wei@example.org">mail</a> <b>!</b></p>`,
    markdown: "run me look here up [mail](mailto:wei@example.org) **!**",
  },
  {
    name: "what would run or be fetched", plain: "words and words",
    html: `<p onclick="window.ran = 1">words <script>window.ran = 1</script><img src="x" onerror="window.ran = 1" alt="a cat"><iframe src="https://evil.example/"></iframe><style>* { display: none }</style> <b>and</b> words<span hidden>hidden</span><span style="display:none">none</span></p><link rel=stylesheet href="https://evil.example/x.css"><svg onload="window.ran = 1"><text>drawn</text></svg>`,
    markdown: "words a cat **and** words",
  },
];
