//! Captures of any bytes, in any order.

use super::wrappings::wrapped;
use super::*;

fn link() -> impl Strategy<Value = u32> {
    let links: Vec<u32> = (0..400).filter(|link| LinkType(*link).layer().is_some()).collect();
    proptest::sample::select(links)
}

proptest! {
    #[test]
    fn noise_never_panics(frames in proptest::collection::vec((link(), proptest::collection::vec(any::<u8>(), 0..200), any::<u32>()), 1..20)) {
        let mut bench = Bench::new();
        for (link, bytes, seconds) in frames {
            bench.time = Duration::from_secs(seconds.into());
            bench.frame(link, &bytes);
        }
        bench.finish();
    }

    #[test]
    fn damage_and_cuts_never_panic(
        which in any::<prop::sample::Index>(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bench = Bench::new();
        let frames = wrapped(&request());
        let (_, link, frame) = &frames[which.index(frames.len())];
        let mut frame = frame.clone();
        for (index, value) in damage {
            let index = index.index(frame.len());
            frame[index] = value;
        }
        bench.frame(*link, &frame);
        bench.cut_frame(*link, &frame[..cut.index(frame.len())], frame.len());
        bench.finish();
    }

    /// Segments in any order, repeated, up to the limit of what is held, name the flow all the same.
    #[test]
    fn segments_in_any_order(order in Just((0..REQUEST.len() / 5 + 1).collect::<Vec<_>>()).prop_shuffle()) {
        let mut bench = Bench::new();
        bench.up(SYN, 0, &[]);
        for index in order {
            let piece = &REQUEST[(5 * index).min(REQUEST.len())..(5 * index + 7).min(REQUEST.len())];
            bench.up(ACK, 1 + 5 * u32::try_from(index).unwrap(), piece);
        }
        prop_assert!(bench.only_flow().name.is_some());
    }
}
