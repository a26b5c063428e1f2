"""Follow-up sheets (售后服务工作表): what is asked of a customer after the moments that decide whether they come back."""
