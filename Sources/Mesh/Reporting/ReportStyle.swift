internal import MeshRendering

/// How a report looks, on screen and on paper, and the few lines that sort and filter its tables.
enum ReportStyle {
    static let css = """

        :root{\(PictureStyle.light);color-scheme:light dark}
        @media(prefers-color-scheme:dark){:root{\(PictureStyle.dark)}}
        body{margin:0;background:var(--page);color:var(--text);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:1240px;margin:0 auto;padding:28px 24px 40px}
        h1{font-size:27px;line-height:1.2;margin:0}
        h2{font-size:18px;margin:34px 0 10px}
        .lead{color:var(--quiet);margin:6px 0 18px}
        .tiles{display:flex;flex-wrap:wrap;gap:10px;margin-bottom:18px}
        .tiles div{background:var(--tile);border-radius:8px;padding:10px 16px;color:var(--quiet);flex:1 0 130px}
        .tiles b{white-space:nowrap;font-size:22px;font-weight:660;color:var(--text);font-variant-numeric:tabular-nums}
        .tiles span{display:block;font-size:13px}
        .verdicts{list-style:none;padding:0;margin:0}
        .verdicts li{padding:5px 0;border-bottom:1px solid var(--rule)}
        .verdicts b{display:inline-block;min-width:52px}
        .ok{color:var(--c2)}.no{color:var(--c1)}
        main svg{display:block;width:100%;height:auto}
        .map{overflow-x:auto}.map svg{min-width:720px}
        .paper{display:none}
        .charts{display:flex;flex-wrap:wrap;gap:18px}
        .charts>*{flex:1 1 480px;max-width:620px}
        figure{margin:0;max-width:760px}figure.broad{max-width:none}
        figure.wide{max-width:none;overflow-x:auto}
        figcaption{color:var(--quiet);font-size:13px;display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:4px}
        .axis{fill:var(--quiet);font-size:12px}
        .matrix .axis{font-size:inherit}
        .figure{fill:var(--text);text-anchor:middle;paint-order:stroke;stroke:var(--halo);stroke-width:2px}
        .grid{stroke:var(--rule);stroke-width:1}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}
        .dashed{stroke-dasharray:6 4}
        .dot{stroke:none;fill-opacity:.75}
        .key{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px}
        \(colours)
        .cell{fill:var(--c0)}.cell.fail{fill:var(--c1)}
        i.cell{background:var(--c0)}i.cell.fail{background:var(--c1)}
        .scroll{overflow-x:auto;background:linear-gradient(90deg,var(--page) 30%,transparent) 0 0/40px 100%,
        linear-gradient(270deg,var(--page) 30%,transparent) 100% 0/40px 100%,
        linear-gradient(90deg,var(--rule),transparent) 0 0/14px 100%,
        linear-gradient(270deg,var(--rule),transparent) 100% 0/14px 100%;
        background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
        th{text-align:right;white-space:nowrap;position:sticky;top:0;background:var(--page)}
        th button{all:unset;cursor:pointer;color:var(--quiet);font-weight:500;font-size:13px}
        th button:focus-visible{outline:2px solid var(--c0)}
        th button::after{content:" \\2195";opacity:.45}
        th[aria-sort=ascending] button::after{content:" \\2191"}
        th[aria-sort] button:hover::after{opacity:1}
        th[aria-sort=descending] button::after{content:" \\2193"}
        th,td{padding:5px 10px;border-bottom:1px solid var(--rule)}
        td{text-align:right}
        .w{text-align:left}th:first-child,td:first-child{padding-left:0}
        .bad td:first-child{color:var(--c1);font-weight:600}
        .filter input{font:inherit;color:inherit;background:var(--tile);border:1px solid var(--rule);border-radius:6px;padding:3px 8px}
        .long .scroll{max-height:720px;overflow:auto}
        details{margin-top:30px}summary{cursor:pointer;color:var(--quiet)}
        pre{background:var(--tile);padding:12px 16px;border-radius:8px;overflow-x:auto;font-size:13px}
        footer{color:var(--quiet);font-size:13px;margin-top:26px}
        @media print{
        :root,svg{\(PictureStyle.light)!important;color-scheme:light}
        body{font-size:11px}main{max-width:none;padding:0}
        section,figure,tr{break-inside:avoid}section.long{break-inside:auto}h2{break-after:avoid}
        .long .scroll{max-height:none;overflow:visible}.scroll,figure.wide,.map{overflow:visible}.map svg{min-width:0}.scroll{background:none}
        figure.wide svg{max-height:240mm}
        .filter,.screen,th button::after{display:none}.paper{display:block}th{position:static}table{font-size:9.5px}th,td{padding:3px 5px}
        .tiles div{border:1px solid var(--rule)}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        }
        """

    private static var colours: String {
        (0..<10).map { number in
            ".line.k\(number){stroke:var(--c\(number))}.dot.k\(number){fill:var(--c\(number))}i.k\(number){background:var(--c\(number))}"
        }.joined(separator: "\n")
    }

    static let script = """
        document.querySelectorAll('table.sortable').forEach(function(table){
        var body=table.tBodies[0];
        table.querySelectorAll('th').forEach(function(head,column){
        head.querySelector('button').addEventListener('click',function(){
        var up=head.getAttribute('aria-sort')!=='ascending';
        table.querySelectorAll('th').forEach(function(other){other.setAttribute('aria-sort','none')});
        head.setAttribute('aria-sort',up?'ascending':'descending');
        var rows=Array.prototype.slice.call(body.rows);
        var key=function(row){var cell=row.cells[column];if(!cell)return '';
        return cell.hasAttribute('data-k')?parseFloat(cell.getAttribute('data-k')):cell.textContent};
        rows.map(function(row,place){return [key(row),place,row]}).sort(function(a,b){
        var order=typeof a[0]==='number'&&typeof b[0]==='number'?a[0]-b[0]:String(a[0]).localeCompare(String(b[0]));
        return (up?order:-order)||a[1]-b[1]}).forEach(function(entry){body.appendChild(entry[2])})})})});
        document.querySelectorAll('[data-filter]').forEach(function(field){
        var table=field.closest('.filter').nextElementSibling.querySelector('table');
        field.addEventListener('input',function(){var wanted=field.value.toLowerCase();
        Array.prototype.forEach.call(table.tBodies[0].rows,function(row){
        row.style.display=row.textContent.toLowerCase().indexOf(wanted)<0?'none':''})})});
        """
}
