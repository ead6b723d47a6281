//! What is written can be read again.

use crate::finished;
use pinfi_simulation::{Record, csv};

#[test]
fn csv_has_the_columns_of_the_record_in_order() {
    let simulation = finished("steady", 100, 1, 1);
    let text = csv(simulation.records());
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 24);
    for (row, record) in rows.iter().zip(simulation.records()) {
        assert_eq!(row.len(), columns.len());
        let object = serde_json::to_value(record).unwrap();
        assert_eq!(object.as_object().unwrap().len(), columns.len());
        for (name, cell) in columns.iter().zip(row) {
            let value = &object[name];
            match value.as_str() {
                Some(text) => assert_eq!(text, *cell),
                None => assert_eq!(value.as_f64(), cell.parse().ok(), "{name}"),
            }
        }
    }
}

#[test]
fn json_reads_back_to_the_records() {
    let simulation = finished("steady", 100, 4, 1);
    let json = simulation.report().to_json().unwrap();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let hours: Vec<Record> = serde_json::from_value(value["hours"].clone()).unwrap();
    assert_eq!(hours.len(), simulation.records().len());
    for (read, record) in hours.iter().zip(simulation.records()) {
        assert_eq!((read.hour, &read.region, read.lps), (record.hour, &record.region, record.lps));
        // The reader's last bit is its own affair.
        assert!((read.price / record.price - 1.0).abs() < 1e-15, "{read:?}");
    }
    assert_eq!(value["scenario"]["name"], "steady");
    assert_eq!(value["summary"]["hours"], 24);
    assert_eq!(value["policy"], "fixed");
}
