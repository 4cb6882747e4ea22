use waport::*;
fn main() {
    let config = config::Config::default();
    let mut checker = check::Checker::new(&config);
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).unwrap();
        let checked = checker.check(&text, read::Notation::Json, false, None);
        let forms: Vec<String> = checked.payloads.iter().map(|p| format!("{}({})", p.form, p.confidence)).collect();
        println!("F\t{file}\t{}\t{}", forms.join(","), checked.error.map(|e| e.to_string()).unwrap_or_default());
        diagnose::each(
            &checked,
            diagnose::Origin { file: &file, offset: 0, line: 1 },
            |f| Some(f.severity),
            |f, d| {
                let span = checked.look.span(f.at);
                println!(
                    "D\t{}\t{}[{}] {} {}:{}-{}:{} {:?} {:?} | {} | {} | {:?} | {}",
                    file,
                    d.severity,
                    d.confidence,
                    d.rule,
                    d.line,
                    d.column,
                    d.end_line,
                    d.end_column,
                    d.document,
                    d.pointer,
                    d.text.message,
                    d.text.help,
                    d.fix,
                    &text[span.range()].chars().take(30).collect::<String>().replace('\n', " ")
                );
            },
        );
    }
}
