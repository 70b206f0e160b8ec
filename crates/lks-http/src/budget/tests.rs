use super::Budget;
use crate::error::Class;

#[test]
fn retries_end_unless_something_is_answered() {
    let budget = Budget::new();
    let num_paid = |class| (0..1000).take_while(|_| budget.pay(class)).count();
    assert_eq!(num_paid(Class::Transient), 35);
    assert_eq!(num_paid(Class::Throttled { retry_after: None }), 2);
    for _ in 0..50 {
        budget.earn();
        assert!(budget.pay(Class::Transient));
    }
    for _ in 0..1000 {
        budget.earn();
    }
    assert_eq!(num_paid(Class::Throttled { retry_after: None }), 100);
}
